// Loaded with --import: this process connects to its own machine or to nothing.
import { Socket } from 'node:net';

const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  const [{ host = 'localhost', path }] = [args].flat(2);
  if (path || ['127.0.0.1', 'localhost'].includes(host)) return connect.apply(this, args);
  throw new Error(`connects to ${host}`);
};
