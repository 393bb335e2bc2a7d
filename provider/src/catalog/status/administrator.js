// Makes Uptime Kuma's first administrator, from inside its container, with Node alone.
//
// Given by whoever runs it: `username` and `password`. The password is never printed, nor is any text of the server that
// could hold it: a failed statement is told with all of its values.
//
// The server is spoken to as the web page does it: Socket.IO 5 in Engine.IO 4, here over HTTP polling. Two rules hold on
// every connection: no call before the namespace is acknowledged and the first `info` has come (the server registers its
// handlers only then, and forgets what comes sooner), and no call without a time limit (a call that the server does not
// like gets no answer at all). A failed connection is made anew; a call is never sent twice on one.

const origin = `http://127.0.0.1:${process.env.UPTIME_KUMA_PORT || 3001}`;
const totalLimit = 90_000;
const requestLimit = 30_000;
const callLimit = 20_000;
const pause = 1_000;

// Something that another try may mend.
class Passing extends Error {}

// Something that no other try will mend.
class Final extends Error {}

class Connection {
  constructor() {
    this.acknowledgements = new Map();
    this.nextCall = 0;
    this.closing = new AbortController();
    this.ready = new Promise((resolve, reject) => {
      this.markReady = resolve;
      this.fail = reject;
    });
    // A failure is told to whoever waits; it must not end the process when nobody does.
    this.ready.catch(() => {});
  }

  static async open() {
    const connection = new Connection();
    const opening = await connection.request('GET');
    // Until its database is chosen, the server answers every path with a page.
    if (!opening.startsWith('0{')) throw new Passing('the server does not speak Engine.IO yet');
    connection.session = JSON.parse(opening.slice(1)).sid;
    await connection.request('POST', '40');
    connection.receive();
    await within(callLimit, connection.ready, 'the server did not open the connection');
    return connection;
  }

  async request(method, body) {
    const session = this.session ? `&sid=${encodeURIComponent(this.session)}` : '';
    const url = `${origin}/socket.io/?EIO=4&transport=polling${session}`;
    try {
      const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(requestLimit)]);
      const headers = body === undefined ? {} : { 'content-type': 'text/plain;charset=UTF-8' };
      const answer = await fetch(url, { method, body, headers, signal });
      const text = await answer.text();
      if (!answer.ok) throw new Passing(`the server answers with status ${answer.status}`);
      return text;
    } catch (error) {
      if (error instanceof Passing) throw error;
      throw new Passing('the server cannot be reached');
    }
  }

  async receive() {
    try {
      while (!this.closing.signal.aborted) {
        for (const packet of (await this.request('GET')).split('\x1e')) await this.handle(packet);
      }
    } catch (error) {
      this.fail(error);
      for (const { reject } of this.acknowledgements.values()) reject(error);
    }
  }

  async handle(packet) {
    if (packet === '2') return void (await this.request('POST', '3'));
    if (packet.startsWith('1') || packet.startsWith('41')) throw new Passing('the server closed the connection');
    if (packet.startsWith('44')) throw new Passing('the server refused the connection');
    if (packet.startsWith('40')) this.joined = true;
    if (packet.startsWith('42[') && this.joined && JSON.parse(packet.slice(2))[0] === 'info') this.markReady();
    const acknowledgement = /^43(\d+)(\[.*)$/s.exec(packet);
    if (acknowledgement) {
      this.acknowledgements.get(acknowledgement[1])?.resolve(JSON.parse(acknowledgement[2])[0]);
      this.acknowledgements.delete(acknowledgement[1]);
    }
  }

  async call(event, ...values) {
    const number = String(this.nextCall++);
    const answer = new Promise((resolve, reject) => this.acknowledgements.set(number, { resolve, reject }));
    answer.catch(() => {});
    await this.request('POST', `42${number}${JSON.stringify([event, ...values])}`);
    return within(callLimit, answer, `the server did not answer ${event}`);
  }

  async close() {
    // Said goodbye, the server need not wait for our next sign of life. It does not matter if that fails.
    await this.request('POST', '1').catch(() => {});
    this.closing.abort();
  }
}

function within(limit, promise, message) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Passing(message)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// A message of the server if it is a plain sentence or a translation key; a statement with values is neither.
function told(message) {
  const plain = typeof message === 'string' && /^[A-Za-z ,.'!]{1,200}$/.test(message) && !message.includes(password);
  return plain ? message.replace(/\.+$/, '') : 'the message is withheld, since it may hold values';
}

async function makeAdministrator() {
  const connection = await Connection.open();
  try {
    const needed = await connection.call('needSetup');
    if (needed === true) {
      const made = await connection.call('setup', username, password);
      // A second set-up at the same time leads here too; the login tells whose password holds.
      if (made?.ok !== true && (await connection.call('needSetup')) === true) {
        throw new Final(`the server refused to make the administrator ${username}: ${told(made?.msg)}`);
      }
    }
    const login = await connection.call('login', { username, password, token: '' });
    // A second factor is asked for only after the password was found right.
    if (login?.ok === true || login?.tokenRequired === true) {
      return needed === true
        ? `The administrator ${username} is made.`
        : `The administrator ${username} is there already, with the stored password.`;
    }
    // The limit counts by the minute, and is shared with everybody who logs in.
    if (/too frequently/i.test(login?.msg)) throw new Passing('the server limits log-ins at the moment');
    throw new Final(
      `the server has an administrator already, but refuses the name ${username} with the stored password: ${told(login?.msg)}`,
    );
  } finally {
    await connection.close();
  }
}

(async () => {
  const end = Date.now() + totalLimit;
  for (;;) {
    try {
      console.log(await makeAdministrator());
      return;
    } catch (error) {
      const passing = error instanceof Passing;
      if (!passing || Date.now() + pause > end) {
        const known = passing || error instanceof Final;
        console.error(`The administrator was not made: ${known ? error.message : `unexpected ${error?.name}`}.`);
        process.exitCode = 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
})();
