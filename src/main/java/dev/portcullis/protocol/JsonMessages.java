package dev.portcullis.protocol;

import java.util.List;

/** The messages of a frame, each already JSON. Their texts are made when their turn comes: a frame is never held whole. */
public interface JsonMessages {
    JsonMessages NONE = of(List.of());

    int count();

    /** How many bytes {@link #text} has. */
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
