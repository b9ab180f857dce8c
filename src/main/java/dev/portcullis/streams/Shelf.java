package dev.portcullis.streams;

/** Counts the bytes of entries that wait for earlier ones, of all streams of a carrier together. On its context only. */
final class Shelf {
    private final long most;
    private long bytes;

    Shelf(long most) {
        this.most = most;
    }

    void put(Entry entry) {
        bytes += entry.body().length;
    }

    void take(Entry entry) {
        bytes -= entry.body().length;
    }

    boolean isOverfull() {
        return bytes > most;
    }

    long bytes() {
        return bytes;
    }
}
