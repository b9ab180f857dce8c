package dev.portcullis.bus.wire;

import dev.portcullis.bus.wire.ContainerCodecs.CollectionCodec;
import dev.portcullis.bus.wire.ContainerCodecs.MapCodec;
import dev.portcullis.bus.wire.ContainerCodecs.OptionalCodec;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the shape of everything that one class reaches, and refuses what has none. */
final class Shapes {
    private static final Map<Class<?>, Shape> PLAIN = Map.of(
            String.class, PlainShape.TEXT,
            boolean.class, PlainShape.FLAG,
            Boolean.class, PlainShape.FLAG,
            int.class, PlainShape.INTEGER,
            Integer.class, PlainShape.INTEGER,
            long.class, PlainShape.LONG,
            Long.class, PlainShape.LONG,
            byte[].class, PlainShape.BYTES);

    private final Map<Class<?>, Shape> built = new HashMap<>(PLAIN);
    private final Set<Class<?>> building = new HashSet<>();

    Shape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic);
        }
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        throw unfit(type);
    }

    RecordShape ofRecord(Class<?> type) {
        return type.isRecord() && ofClass(type) instanceof RecordShape shape ? shape : refuse(type);
    }

    private Shape ofClass(Class<?> type) {
        Shape known = built.get(type);
        if (known != null) {
            return known;
        }
        if (!building.add(type)) {
            throw new IllegalArgumentException(type + " holds itself: it would nest without a bound (CWE-674)");
        }
        Shape shape = build(type);
        built.put(type, shape);
        return shape;
    }

    private Shape build(Class<?> type) {
        if (type.isEnum()) {
            return new EnumShape(type);
        }
        if (type.isSealed() && type.isInterface()) {
            return new SealedShape(type, this);
        }
        if (type.isRecord() && type.getTypeParameters().length == 0) {
            return new RecordShape(type, this);
        }
        throw unfit(type);
    }

    private Shape ofGeneric(ParameterizedType generic) {
        Type[] of = generic.getActualTypeArguments();
        Type raw = generic.getRawType();
        if (raw == Optional.class) {
            return new OptionalCodec(of(of[0]));
        }
        if (raw == List.class) {
            return new CollectionCodec(of(of[0]), List::copyOf);
        }
        if (raw == Set.class) {
            return new CollectionCodec(of(of[0]), all -> Collections.unmodifiableSet(new LinkedHashSet<>(all)));
        }
        if (raw == Map.class) {
            return new MapCodec(of(of[0]), of(of[1]));
        }
        throw unfit(generic);
    }

    private static RecordShape refuse(Class<?> type) {
        throw unfit(type);
    }

    private static IllegalArgumentException unfit(Type type) {
        return new IllegalArgumentException(type.getTypeName() + " can't travel between nodes");
    }
}
