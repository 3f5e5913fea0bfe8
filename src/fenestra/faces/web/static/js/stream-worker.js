// One stream per browser, whatever the number of tabs: a browser opens only six connections to a host,
// and a seventh tab with its own stream would freeze.
import { Link } from "./link.js";

const tabs = new Set();
let link = null;

const tellAll = (message) => tabs.forEach((tab) => tab.postMessage(message));

function join(tab, { url, after }) {
  tabs.add(tab);
  link ??= new Link({ url, after, tell: tellAll });
  link.welcome(after, (message) => tab.postMessage(message));
}

function leave(tab) {
  tabs.delete(tab);
  if (tabs.size) return;
  link?.close();
  link = null;
}

self.addEventListener("connect", ({ ports: [tab] }) => {
  tab.onmessage = ({ data }) => (data.type === "join" ? join(tab, data) : leave(tab));
});
