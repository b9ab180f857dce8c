package dev.portcullis.protocol;

import java.util.List;

/**
 * The messages of a frame, each encoded as JSON. Each text is made when it is written, so a whole frame is never in
 * memory.
 */
public interface JsonMessages {
    JsonMessages NONE = of(List.of());

    int count();

    /** The number of bytes of {@link #text}. */
    int length(int index);

    byte[] text(int index);

    /** These, and behind them the others. */
    default JsonMessages then(JsonMessages others) {
        JsonMessages first = this;
        return new JsonMessages() {
            @Override
            public int count() {
                return first.count() + others.count();
            }

            @Override
            public int length(int index) {
                return index < first.count() ? first.length(index) : others.length(index - first.count());
            }

            @Override
            public byte[] text(int index) {
                return index < first.count() ? first.text(index) : others.text(index - first.count());
            }
        };
    }

    static JsonMessages of(List<byte[]> texts) {
        return new JsonMessages() {
            @Override
            public int count() {
                return texts.size();
            }

            @Override
            public int length(int index) {
                return texts.get(index).length;
            }

            @Override
            public byte[] text(int index) {
                return texts.get(index);
            }
        };
    }
}
