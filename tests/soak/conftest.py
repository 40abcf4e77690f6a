"""The long runs use the deployments of the integration tests."""

from tests.integration.conftest import deployment, template  # noqa: F401  (fixtures)
