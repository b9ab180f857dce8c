package dev.portcullis.protocol.record;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;

/** A record: its components in order. */
final class RecordCodec implements TypeCodec {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final TypeCodec[] codecs;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    RecordCodec(Class<?> type, TypeCodecs known) {
        RecordComponent[] components = type.getRecordComponents();
        this.codecs = Stream.of(components)
                .map(each -> known.of(each.getGenericType()))
                .toArray(TypeCodec[]::new);
        this.accessors = Stream.of(components).map(RecordCodec::accessor).toArray(MethodHandle[]::new);
        this.constructor = constructor(type, components);
    }

    @Override
    public void write(Object value, RecordWriter writer) {
        int start = writer.beginRecord(codecs.length);
        for (int i = 0; i < codecs.length; i++) {
            codecs[i].write(component(value, i), writer);
        }
        writer.endRecord(start);
    }

    @Override
    public Object read(RecordReader reader) throws MalformedRecordException {
        int outer = reader.enterRecord(codecs.length);
        Object[] values = new Object[codecs.length];
        for (int i = 0; i < codecs.length; i++) {
            values[i] = reader.isEmpty() ? whenAbsent(codecs[i]) : codecs[i].read(reader);
        }
        reader.leaveRecord(outer);
        return construct(values);
    }

    private static Object whenAbsent(TypeCodec codec) throws MalformedRecordException {
        return codec.whenAbsent().orElseThrow(() -> new MalformedRecordException("a component is missing"));
    }

    private Object component(Object value, int index) {
        try {
            return (Object) accessors[index].invokeExact(value);
        } catch (Throwable bug) {
            throw new IllegalStateException(
                    bug); // accessors are checked when the codec is built, and only read a field
        }
    }

    /** The constructor validates the value. */
    private Object construct(Object[] values) throws MalformedRecordException {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (RuntimeException refused) {
            throw new MalformedRecordException("the record's constructor refuses it");
        } catch (Error serious) {
            throw serious;
        } catch (Throwable checked) {
            throw new IllegalStateException(checked);
        }
    }

    private static MethodHandle accessor(RecordComponent component) {
        try {
            Method method = component.getAccessor();
            method.setAccessible(true);
            return LOOKUP.unreflect(method).asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException inaccessible) {
            throw new IllegalArgumentException(component + " cannot be read", inaccessible);
        }
    }

    private static MethodHandle constructor(Class<?> type, RecordComponent[] components) {
        Class<?>[] parameters =
                Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            canonical.setAccessible(true);
            return LOOKUP.unreflectConstructor(canonical)
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (NoSuchMethodException | IllegalAccessException inaccessible) {
            throw new IllegalArgumentException(type + " cannot be constructed", inaccessible);
        }
    }
}
