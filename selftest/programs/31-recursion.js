function deeper(level) {
  return deeper(level + 1) + 1;
}
console.log(deeper(0));
