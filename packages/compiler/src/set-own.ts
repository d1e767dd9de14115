// Members that users name: an own member of an object, whatever every object has already under that name.

/** Sets an own member. An assignment alone would fail for `toString` where somebody froze what objects inherit. */
export function setOwn<Value>(object: { [key: string]: Value }, key: string, value: Value): void {
  if (key in Object.prototype) Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
