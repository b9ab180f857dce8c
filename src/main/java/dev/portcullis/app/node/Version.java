package dev.portcullis.app.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"portcullis " + number()};
    }

    /** A jar without its version is a failure build, which is not handled. */
    public static String number() {
        try {
            return read();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IOException("version.properties is not in the jar");
            }
            properties.load(in);
        }
        return properties.getProperty("version", "");
    }
}
