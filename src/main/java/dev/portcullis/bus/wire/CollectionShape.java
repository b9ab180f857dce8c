package dev.portcullis.bus.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Values in a row. */
record CollectionShape(Shape element, Function<List<Object>, Object> collect) implements Shape {
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
