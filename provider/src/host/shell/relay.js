// Joins the standard streams to a port of the loopback interface. Runs inside a container whose image has Node.js. No
// single quotes: the whole text stands between two of them in a shell script.
const socket = require("net").connect({ host: "127.0.0.1", port: Number(process.argv[1]) });
// How long the service may be silent after the input has ended: a client that left without a word ends the relay, too.
const silence = 60000;
socket.setNoDelay(true);
socket.on("connect", () => {
    process.stdout.write("quickfra: connected\n");
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
});
socket.on("error", (error) => {
    process.stderr.write(error.message + "\n");
    process.exit(1);
});
socket.on("close", () => process.stdin.destroy());
process.stdin.on("end", () => socket.setTimeout(silence, () => process.exit(0)));
process.stdin.on("error", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));
