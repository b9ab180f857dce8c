package dev.portcullis.protocol.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Text of the values of one class, as they are stored: a JSON array of a record's components, and the component itself where a
 * record has only one. Built once for each class, as {@link WireForm} is.
 */
public final class TextForm<T> {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Class<T> type;
    private final TypeCodec codec;

    private TextForm(Class<T> type) {
        this.type = type;
        this.codec = new TypeCodecs().of(type);
    }

    /** Throws if the class, or one that it reaches, can't be stored. */
    public static <T> TextForm<T> of(Class<T> type) {
        return new TextForm<>(type);
    }

    public String encode(T value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            codec.write(value, new TextWriter(json));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** Empty for text that is no such value, or has a constant that this release does not know. */
    public Optional<T> decode(String text) {
        try (JsonParser json = FACTORY.createParser(text)) {
            TextReader reader = new TextReader(json);
            T value = type.cast(codec.read(reader));
            return reader.isOver() ? Optional.of(value) : Optional.empty();
        } catch (MalformedRecordException malformed) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // it reads from memory
        }
    }
}
