package dev.portcullis.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the JDK's keytool. Each run is a process, so tests share certificates where they can. */
public final class Keytool {
    /** A run takes a second, so optimisations that pay off later only delay it. */
    private static final List<String> SHORT_LIVED =
            List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-J-Xshare:auto");

    private Keytool() {}

    /** Generates a pair of keys with these options in a PKCS12 key store. */
    public static void generate(Path keyStore, String password, List<String> options) {
        run("-genkeypair", keyStore, password, options);
    }

    /** Runs one of its commands on a PKCS12 key store. */
    static void run(String name, Path keyStore, String password, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(SHORT_LIVED);
        command.addAll(List.of(name, "-storetype", "PKCS12", "-storepass", password));
        command.addAll(List.of("-keystore", keyStore.toString()));
        command.addAll(options);
        try {
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("keytool exited with " + code);
            }
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
