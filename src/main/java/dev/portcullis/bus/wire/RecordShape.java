package dev.portcullis.bus.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;

/** A record: how long it is, then its components in their order. */
final class RecordShape implements Shape {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Shape[] shapes;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    RecordShape(Class<?> type, Shapes known) {
        RecordComponent[] components = type.getRecordComponents();
        this.shapes = Stream.of(components)
                .map(each -> known.of(each.getGenericType()))
                .toArray(Shape[]::new);
        this.accessors = Stream.of(components).map(RecordShape::accessor).toArray(MethodHandle[]::new);
        this.constructor = constructor(type, components);
    }

    @Override
    public void write(Object value, Ink ink) {
        int begun = ink.begin();
        for (int i = 0; i < shapes.length; i++) {
            shapes[i].write(component(value, i), ink);
        }
        ink.end(begun);
    }

    @Override
    public Object read(Source source) throws Unreadable {
        int outer = source.enter();
        Object[] values = new Object[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            values[i] = source.isEmpty() ? unsaid(shapes[i]) : shapes[i].read(source);
        }
        source.leave(outer);
        return made(values);
    }

    private static Object unsaid(Shape shape) throws Unreadable {
        return shape.unsaid().orElseThrow(() -> new Unreadable("a component is missing"));
    }

    private Object component(Object value, int index) {
        try {
            return (Object) accessors[index].invokeExact(value);
        } catch (Throwable bug) {
            throw new IllegalStateException(bug); // an accessor is a field's, and checked when the shape was built
        }
    }

    /** The constructor has the last word on what a value may be. */
    private Object made(Object[] values) throws Unreadable {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (RuntimeException refused) {
            throw new Unreadable("the record refuses it");
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
        } catch (IllegalAccessException closed) {
            throw new IllegalArgumentException(component + " can't be read", closed);
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
        } catch (NoSuchMethodException | IllegalAccessException closed) {
            throw new IllegalArgumentException(type + " can't be made", closed);
        }
    }
}
