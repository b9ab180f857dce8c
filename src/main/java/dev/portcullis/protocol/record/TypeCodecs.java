package dev.portcullis.protocol.record;

import dev.portcullis.protocol.record.ContainerCodecs.CollectionCodec;
import dev.portcullis.protocol.record.ContainerCodecs.MapCodec;
import dev.portcullis.protocol.record.ContainerCodecs.OptionalCodec;
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

/** Builds the codecs of all types that one class reaches, and refuses types that have none. */
final class TypeCodecs {
    private static final Map<Class<?>, TypeCodec> SCALARS = Map.of(
            String.class, ScalarCodec.TEXT,
            boolean.class, ScalarCodec.FLAG,
            Boolean.class, ScalarCodec.FLAG,
            int.class, ScalarCodec.INTEGER,
            Integer.class, ScalarCodec.INTEGER,
            long.class, ScalarCodec.LONG,
            Long.class, ScalarCodec.LONG,
            byte[].class, ScalarCodec.BYTES);

    private final Map<Class<?>, TypeCodec> built = new HashMap<>(SCALARS);
    private final Set<Class<?>> building = new HashSet<>();

    TypeCodec of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic);
        }
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        throw unsupported(type);
    }

    RecordCodec ofRecord(Class<?> type) {
        return type.isRecord() && ofClass(type) instanceof RecordCodec codec ? codec : refuse(type);
    }

    private TypeCodec ofClass(Class<?> type) {
        TypeCodec known = built.get(type);
        if (known != null) {
            return known;
        }
        if (!building.add(type)) {
            throw new IllegalArgumentException(type + " contains itself: values would nest without a bound (CWE-674)");
        }
        TypeCodec codec = build(type);
        built.put(type, codec);
        return codec;
    }

    private TypeCodec build(Class<?> type) {
        if (type.isEnum()) {
            return new EnumCodec(type);
        }
        if (type.isSealed() && type.isInterface()) {
            return new SealedCodec(type, this);
        }
        if (type.isRecord() && type.getTypeParameters().length == 0) {
            return new RecordCodec(type, this);
        }
        throw unsupported(type);
    }

    private TypeCodec ofGeneric(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        Type raw = generic.getRawType();
        if (raw == Optional.class) {
            return new OptionalCodec(of(arguments[0]));
        }
        if (raw == List.class) {
            return new CollectionCodec(of(arguments[0]), List::copyOf);
        }
        if (raw == Set.class) {
            return new CollectionCodec(of(arguments[0]), all -> Collections.unmodifiableSet(new LinkedHashSet<>(all)));
        }
        if (raw == Map.class) {
            return new MapCodec(of(arguments[0]), of(arguments[1]));
        }
        throw unsupported(generic);
    }

    private static RecordCodec refuse(Class<?> type) {
        throw unsupported(type);
    }

    private static IllegalArgumentException unsupported(Type type) {
        return new IllegalArgumentException(type.getTypeName() + " can be neither sent nor stored");
    }
}
