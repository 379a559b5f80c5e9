// The lab served to a browser on 127.0.0.1: not written yet, and it says so.
console.error('swaplab: the server is not written yet.');
process.exitCode = 1;
