"""The OpenAPI 3.1 document, made from the route table and its schemas."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from signaling.api.route import Route
from signaling.problems import PROBLEMS


def document(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """Return the document."""
    kinds = {kind for route in routes for kind in (route.body, route.answer) if kind is not None}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    references = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        plain = re.sub(r"\{(\w+):[^/]*\}", r"{\1}", route.path)
        paths.setdefault(plain, {})[route.method.lower()] = _operation(route, plain, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sotto", "version": version},
        "paths": paths,
        "components": {"schemas": {**components, "Problem": _problem()}},
    }


def _operation(route: Route, path: str, references: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": route.summary}
    if route.answer is not None:
        success["content"] = {"application/json": {"schema": references[route.answer]}}
    refusal = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": route.perform.__module__.rsplit(".", 1)[-1] + "_" + route.perform.__name__,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", path)
        ],
        "responses": {str(int(route.success)): success, "default": {"description": "A problem (RFC 9457)", **refusal}},
    }
    if route.body is not None:
        content = {"application/json": {"schema": references[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": sorted(PROBLEMS)},
            "detail": {"type": "string"},
            "event": {"type": "string", "description": "The audit event of this refusal"},
            "reason": {"type": "string"},
        },
    }
