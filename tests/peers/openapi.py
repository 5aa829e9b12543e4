"""The description of the API is OpenAPI 3.1, as a program judges it that nobody here wrote."""

import json
import sys
from pathlib import Path

from openapi_spec_validator import validate

document = json.loads((Path(__file__).parent.parent / "tree/docs/openapi.json").read_text())
validate(document)
operations = sum(len(item) for item in document["paths"].values())
print(f"{operations} operations, OpenAPI {document['openapi']}")
sys.exit(0 if operations > 40 else 1)
