"""What only the browser has: fetch, promises, the worker's engine. The only code that imports js or pyodide."""

from __future__ import annotations
