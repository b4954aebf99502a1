/* The application as a child process: it ends in order when the process that started it is gone. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await import('../main.js');
