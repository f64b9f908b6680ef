"""OCR engines behind one Protocol, and none of their runtimes reports to its maker.

Set before any of them is imported: ONNX Runtime reports unless told not to, OpenVINO does when it is
imported, from a process of its own, unless the package that does it is absent.
"""

from __future__ import annotations

import os
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
