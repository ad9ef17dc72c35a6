/**
 * An object in which names such as `constructor` are absent unless they are set, as in one without a prototype; unlike that
 * one it is fast to fill and to read.
 */
export class Bare<Value> {
  [name: string]: Value;

  static {
    Object.setPrototypeOf(Bare.prototype, null);
    Reflect.deleteProperty(Bare.prototype, "constructor");
  }
}
