package dev.portcullis.protocol.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoder of a build whose schemas say more than it implements. */
class UnsupportedSchemaStartTest {
    private static final String SCHEMA = "dev/portcullis/protocol/codec/schemas/read.json";

    @TempDir
    private Path build;

    @Test
    void schema_with_unknown_keyword_stops_the_start_and_is_named() throws Exception {
        String published = Files.readString(Path.of("src/main/resources", SCHEMA));
        Path changed = build.resolve(SCHEMA);
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, published.replaceFirst("\\{", "{\"maxProperties\": 5,"));
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Method prepare = loader.loadClass(FrameDecoder.class.getName()).getMethod("prepare");
            assertThatThrownBy(() -> prepare.invoke(null))
                    .cause()
                    .hasMessageContainingAll("read.json", "maxProperties")
                    .extracting(failure -> failure.getClass().getSimpleName())
                    .isEqualTo(UnsupportedSchemaException.class.getSimpleName());
        }
    }

    /** What this test runs with, behind the changed schema. */
    private URL[] classPath() throws Exception {
        List<URL> urls = new ArrayList<>();
        urls.add(build.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
