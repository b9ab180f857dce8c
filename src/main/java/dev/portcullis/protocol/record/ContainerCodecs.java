package dev.portcullis.protocol.record;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Codecs of values that hold others. */
final class ContainerCodecs {
    private ContainerCodecs() {}

    /** An optional value. */
    record OptionalCodec(TypeCodec element) implements TypeCodec {
        @Override
        public void write(Object value, RecordWriter writer) {
            Optional<?> optional = (Optional<?>) value;
            writer.present(optional.isPresent());
            optional.ifPresent(present -> element.write(present, writer));
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            return reader.present() ? Optional.of(element.read(reader)) : Optional.empty();
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(Optional.empty());
        }
    }

    /** A list or a set. */
    record CollectionCodec(TypeCodec element, Function<List<Object>, Object> collect) implements TypeCodec {
        @Override
        public void write(Object value, RecordWriter writer) {
            Collection<?> all = (Collection<?>) value;
            writer.beginList(all.size());
            all.forEach(each -> element.write(each, writer));
            writer.endList();
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            List<Object> all = new ArrayList<>(); // grows with the elements read, not with the announced size (CWE-789)
            reader.list(() -> all.add(element.read(reader)));
            return collect.apply(all);
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(collect.apply(List.of()));
        }
    }

    /** A map. */
    record MapCodec(TypeCodec key, TypeCodec value) implements TypeCodec {
        @Override
        public void write(Object map, RecordWriter writer) {
            Map<?, ?> all = (Map<?, ?>) map;
            writer.beginList(all.size());
            all.forEach((each, mapped) -> {
                key.write(each, writer);
                value.write(mapped, writer);
            });
            writer.endList();
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            Map<Object, Object> all = new LinkedHashMap<>();
            reader.list(() -> all.put(key.read(reader), value.read(reader)));
            return Collections.unmodifiableMap(all);
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(Map.of());
        }
    }
}
