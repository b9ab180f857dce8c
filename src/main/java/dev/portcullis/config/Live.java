package dev.portcullis.config;

/** A setting that may change while the node runs. Its readers ask each time they need it, and keep no copy. */
@FunctionalInterface
public interface Live<T> {
    T get();

    /** A value that never changes. */
    static <T> Live<T> fixed(T value) {
        return () -> value;
    }

    /** The side that changes it. */
    final class Source<T> implements Live<T> {
        private volatile T value;

        public Source(T value) {
            this.value = value;
        }

        @Override
        public T get() {
            return value;
        }

        public void swap(T next) {
            this.value = next;
        }
    }
}
