package dev.portcullis.kit;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Generates random values of a record type, determined by a seed. Values that its constructor refuses are replaced. */
public final class AnyValue {
    private static final int TRIES = 10_000;
    private static final List<String> TEXTS =
            List.of("", "a", "lobby", "ann-1", "x:y", "Zoë", "日本語", "👩‍🚀", "\u0000\n\"", "a".repeat(200));

    private final Random random;

    public AnyValue(long seed) {
        this.random = new Random(seed);
    }

    public <T> T of(Class<T> type) {
        return type.cast(any(type));
    }

    private Object any(Type type) {
        if (type instanceof ParameterizedType generic) {
            return anyOf((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return random.nextBoolean();
        }
        if (plain == int.class || plain == Integer.class) {
            return (int) anyNumber() >> random.nextInt(Integer.SIZE);
        }
        if (plain == long.class || plain == Long.class) {
            return anyNumber();
        }
        if (plain == byte[].class) {
            byte[] bytes = new byte[random.nextInt(600)];
            random.nextBytes(bytes);
            return bytes;
        }
        return plain.isEnum() ? oneOf(plain.getEnumConstants()) : anyRecord(plain);
    }

    private long anyNumber() {
        return random.nextLong() >> random.nextInt(Long.SIZE);
    }

    private Object anyOf(Class<?> raw, Type[] of) {
        if (raw == Optional.class) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(any(of[0]));
        }
        if (raw == List.class) {
            return List.copyOf(some(of[0]));
        }
        if (raw == Set.class) {
            return Collections.unmodifiableSet(new LinkedHashSet<>(some(of[0])));
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        some(of[0]).forEach(key -> map.put(key, any(of[1])));
        return map;
    }

    private List<Object> some(Type type) {
        List<Object> all = new ArrayList<>();
        IntStream.range(0, random.nextInt(4)).forEach(i -> all.add(any(type)));
        return all;
    }

    private Object anyRecord(Class<?> type) {
        if (type.isSealed()) {
            return anyRecord((Class<?>) oneOf(type.getPermittedSubclasses()));
        }
        for (int i = 0; i < TRIES; i++) {
            Optional<Object> made = made(type);
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw new IllegalStateException("can't generate a value of " + type);
    }

    private Optional<Object> made(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values =
                Stream.of(components).map(each -> any(each.getGenericType())).toArray();
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return Optional.of(canonical.newInstance(values));
        } catch (InvocationTargetException refused) {
            return Optional.empty();
        } catch (ReflectiveOperationException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private Object oneOf(Object[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
