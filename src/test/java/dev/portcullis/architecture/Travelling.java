package dev.portcullis.architecture;

import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Question;
import dev.portcullis.protocol.record.WireForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All classes that the product declares to be sent between nodes, by the name of their recorded form. */
final class Travelling {
    private static final Path CLASSES = Path.of(
            Question.class.getProtectionDomain().getCodeSource().getLocation().getPath());

    private final Map<String, Class<?>> found = new TreeMap<>();

    private Travelling() {}

    static Map<String, Class<?>> all() {
        Travelling travelling = new Travelling();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .map(Travelling::load)
                    .flatMap(each -> Stream.of(each.getDeclaredFields()))
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .forEach(travelling::look);
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
        return travelling.found;
    }

    private static Class<?> load(Path file) {
        String path = CLASSES.relativize(file).toString();
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        try {
            return Class.forName(name, false, Travelling.class.getClassLoader());
        } catch (ClassNotFoundException gone) {
            throw new IllegalStateException(gone);
        }
    }

    private void look(Field field) {
        try {
            if (field.getType() == Question.class || field.getType() == Notice.class) {
                field.setAccessible(true);
                note(field.get(null));
            } else if (field.getType() == WireForm.class
                    && field.getGenericType() instanceof ParameterizedType of
                    && of.getActualTypeArguments()[0] instanceof Class<?> type) {
                found.put("bus." + type.getSimpleName(), type);
            }
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private void note(Object declared) {
        if (declared instanceof Question<?, ?> question) {
            String name = question.stage().id() + "." + question.name();
            found.put(name + ".asked", question.requestType());
            found.put(name + ".answered", question.replyType());
        } else if (declared instanceof Notice<?> notice) {
            found.put(notice.stage().id() + "." + notice.name() + ".told", notice.payloadType());
        }
    }
}
