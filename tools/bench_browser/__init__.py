"""Training in the browser, beside TensorFlow.js and PyTorch: `python -m tools.bench_browser`."""
