package mail;

/** A road in one direction. */
record Road(int from, int to, long minutes) {
    Road reversed() {
        return new Road(to, from, minutes);
    }
}
