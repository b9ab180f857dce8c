package dev.portcullis.http.contract;

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

/** The router of a build whose contract says more than it implements. */
class UnsupportedContractStartTest {
    private static final String FILE = "dev/portcullis/http/openapi.json";

    @TempDir
    private Path build;

    @Test
    void contract_with_unknown_member_stops_the_start_and_is_located() throws Exception {
        String published = Files.readString(Path.of("src/main/resources", FILE));
        Path changed = build.resolve(FILE);
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, published.replaceFirst("\"operationId\": \"getApi\"", "\"deprecated\": true, $0"));
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Method prepare = loader.loadClass(ApiContract.class.getName()).getMethod("prepare");
            assertThatThrownBy(() -> prepare.invoke(null))
                    .cause()
                    .hasMessageContainingAll("openapi.json#/paths/~1openapi.json/get", "deprecated")
                    .extracting(failure -> failure.getClass().getSimpleName())
                    .isEqualTo(UnsupportedContractException.class.getSimpleName());
        }
    }

    /** What this test runs with, behind the changed contract. */
    private URL[] classPath() throws Exception {
        List<URL> urls = new ArrayList<>();
        urls.add(build.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
