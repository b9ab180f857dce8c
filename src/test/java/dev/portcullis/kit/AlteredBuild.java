package dev.portcullis.kit;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The classes of this build, loaded once more, with one resource changed. */
public final class AlteredBuild implements AutoCloseable {
    private final URLClassLoader loader;

    private AlteredBuild(URLClassLoader loader) {
        this.loader = loader;
    }

    /** @param folder is searched before the class path that the test runs with */
    public static AlteredBuild with(Path folder, String resource, UnaryOperator<String> change) throws IOException {
        String published = Files.readString(Path.of("src/main/resources", resource));
        Path changed = folder.resolve(resource);
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, change.apply(published));
        List<URL> urls = new ArrayList<>();
        urls.add(folder.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new AlteredBuild(new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()));
    }

    /** Calls the static method without parameters. */
    public void call(Class<?> type, String method) throws ReflectiveOperationException {
        loader.loadClass(type.getName()).getMethod(method).invoke(null);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
