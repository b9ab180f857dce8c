package dev.portcullis.protocol;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * The messages of a frame, each encoded as JSON. Each text is made when it is written, so a whole frame is never in
 * memory.
 *
 * @param lengths the number of bytes of each text
 */
public record JsonMessages(int count, IntUnaryOperator lengths, IntFunction<byte[]> texts) {
    public static final JsonMessages NONE = of(List.of());

    public static JsonMessages of(List<byte[]> texts) {
        return new JsonMessages(texts.size(), index -> texts.get(index).length, texts::get);
    }

    public int length(int index) {
        return lengths.applyAsInt(index);
    }

    public byte[] text(int index) {
        return texts.apply(index);
    }

    /** These, and behind them the others. */
    public JsonMessages then(JsonMessages others) {
        return new JsonMessages(
                count + others.count,
                index -> index < count ? length(index) : others.length(index - count),
                index -> index < count ? text(index) : others.text(index - count));
    }
}
