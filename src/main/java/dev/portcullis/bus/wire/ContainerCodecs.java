package dev.portcullis.bus.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** How what holds other values travels: a count, then each of them. */
final class ContainerCodecs {
    private ContainerCodecs() {}

    /** A value or none. */
    record OptionalCodec(Shape element) implements Shape {
        @Override
        public void write(Object value, Ink ink) {
            Optional<?> optional = (Optional<?>) value;
            ink.octet(optional.isPresent() ? 1 : 0);
            optional.ifPresent(present -> element.write(present, ink));
        }

        @Override
        public Object read(Source source) throws Unreadable {
            return source.octet() == 0 ? Optional.empty() : Optional.of(element.read(source));
        }

        @Override
        public Optional<Object> unsaid() {
            return Optional.of(Optional.empty());
        }
    }

    /** Values in a row. */
    record CollectionCodec(Shape element, Function<List<Object>, Object> collect) implements Shape {
        @Override
        public void write(Object value, Ink ink) {
            Collection<?> all = (Collection<?>) value;
            ink.count(all.size());
            all.forEach(each -> element.write(each, ink));
        }

        @Override
        public Object read(Source source) throws Unreadable {
            int size = source.size();
            List<Object> all = new ArrayList<>(); // it grows with what is there, not with what is claimed (CWE-789)
            for (int i = 0; i < size; i++) {
                all.add(element.read(source));
            }
            return collect.apply(all);
        }

        @Override
        public Optional<Object> unsaid() {
            return Optional.of(collect.apply(List.of()));
        }
    }

    /** Keys and their values. */
    record MapCodec(Shape key, Shape value) implements Shape {
        @Override
        public void write(Object map, Ink ink) {
            Map<?, ?> all = (Map<?, ?>) map;
            ink.count(all.size());
            all.forEach((each, to) -> {
                key.write(each, ink);
                value.write(to, ink);
            });
        }

        @Override
        public Object read(Source source) throws Unreadable {
            int size = source.size();
            Map<Object, Object> all = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                all.put(key.read(source), value.read(source));
            }
            return Collections.unmodifiableMap(all);
        }

        @Override
        public Optional<Object> unsaid() {
            return Optional.of(Map.of());
        }
    }
}
