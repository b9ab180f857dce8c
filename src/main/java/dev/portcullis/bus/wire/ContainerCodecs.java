package dev.portcullis.bus.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Codecs of values that hold others: a count, then each of them. */
final class ContainerCodecs {
    private ContainerCodecs() {}

    /** An optional value. */
    record OptionalCodec(TypeCodec element) implements TypeCodec {
        @Override
        public void write(Object value, WireWriter writer) {
            Optional<?> optional = (Optional<?>) value;
            writer.octet(optional.isPresent() ? 1 : 0);
            optional.ifPresent(present -> element.write(present, writer));
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            return reader.octet() == 0 ? Optional.empty() : Optional.of(element.read(reader));
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(Optional.empty());
        }
    }

    /** A list or a set. */
    record CollectionCodec(TypeCodec element, Function<List<Object>, Object> collect) implements TypeCodec {
        @Override
        public void write(Object value, WireWriter writer) {
            Collection<?> all = (Collection<?>) value;
            writer.count(all.size());
            all.forEach(each -> element.write(each, writer));
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            int size = reader.size();
            List<Object> all = new ArrayList<>(); // grows with the elements read, not with the announced size (CWE-789)
            for (int i = 0; i < size; i++) {
                all.add(element.read(reader));
            }
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
        public void write(Object map, WireWriter writer) {
            Map<?, ?> all = (Map<?, ?>) map;
            writer.count(all.size());
            all.forEach((each, mapped) -> {
                key.write(each, writer);
                value.write(mapped, writer);
            });
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            int size = reader.size();
            Map<Object, Object> all = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                all.put(key.read(reader), value.read(reader));
            }
            return Collections.unmodifiableMap(all);
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(Map.of());
        }
    }
}
