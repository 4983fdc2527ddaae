// Concurrent writers for the peers: prints durable appends a second.
export async function measure(append, writers, seconds) {
  let counting = false;
  let stop = false;
  let count = 0;
  const write = async (writer) => {
    for (let number = 0; !stop; number += 1) {
      await append(writer, number);
      if (counting) count += 1;
    }
  };
  const running = Array.from({ length: writers }, (_, writer) => write(writer));
  await new Promise((done) => setTimeout(done, 500));
  counting = true;
  const started = performance.now();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  counting = false;
  const took = (performance.now() - started) / 1000;
  stop = true;
  await Promise.all(running);
  return count / took;
}

// node-postgres wants the socket's directory as `host`, apart from the URL.
export function options(address) {
  const [, user, database, query] = address.match(/^postgresql:\/\/([^@]*)@[^/]*\/([^?]*)\?(.*)$/);
  const host = new URLSearchParams(query).get("host");
  return { host, port: 5432, database, user };
}
