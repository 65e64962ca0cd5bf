"""What a LocalHubSpot can be told, read anew for every request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Validation = Literal["per_row", "whole_batch"]


@dataclass(eq=False)
class Settings:
    """How the embedded account behaves; change an attribute and the next request follows it."""

    token: str = field(repr=False)
    scopes: set[str] = field(repr=False)
    validation: Validation = "per_row"
    requests_per_interval: int = 100
    interval_seconds: float = 10.0
    requests_per_day: int = 250_000
    searches_per_second: int = 5
    search_lag_seconds: float = 0.0
    longest_url: int = 8_000
    latency_seconds: float | tuple[float, float] = 0.0
    echo_trace_ids: bool = False
    token_expired: bool = False
    ignore_backward_stages: bool = False
    rewrite_values: bool = False
    echo_id_property: bool = False
    properties_not_echoed: set[str] = field(default_factory=set)
