package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;

/** A mapping of a YAML file, where what is asked for must be there. */
record Tree(Map<String, Object> values) {
    static Tree read(Path file) throws IOException {
        return new Tree(new Yaml().load(Files.readString(file)));
    }

    /** The documents of a file or of an output. */
    static List<Tree> all(String text) {
        List<Tree> all = new ArrayList<>();
        for (Object each : new Yaml().loadAll(text)) {
            if (each != null) {
                all.add(of(each));
            }
        }
        return all;
    }

    /** @param path names of mappings, the last one of any value, with dots between them */
    Object value(String path) {
        Tree at = this;
        String[] names = path.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            at = of(at.only(names[i]));
        }
        return at.only(names[names.length - 1]);
    }

    Tree at(String path) {
        return of(value(path));
    }

    /** A text whose name may have dots. */
    String entry(String name) {
        return String.valueOf(only(name));
    }

    String text(String path) {
        return String.valueOf(value(path));
    }

    int number(String path) {
        return (Integer) value(path);
    }

    List<?> list(String path) {
        return (List<?>) value(path);
    }

    List<Tree> trees(String path) {
        return list(path).stream().map(Tree::of).toList();
    }

    Set<String> names() {
        return values.keySet();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    private Object only(String name) {
        assertThat(values).containsKey(name);
        return values.getOrDefault(name, "");
    }

    @SuppressWarnings("unchecked")
    private static Tree of(Object mapping) {
        assertThat(mapping).isInstanceOf(Map.class);
        return new Tree((Map<String, Object>) mapping);
    }
}
