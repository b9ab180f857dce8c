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
