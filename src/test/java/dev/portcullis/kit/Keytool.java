package dev.portcullis.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JDK's own tool for certificates. Each run is a process, so tests share what it makes where they can. */
public final class Keytool {
    /** It lives for a second: what makes a JVM fast later only makes it slow. */
    private static final List<String> SHORT_LIVED =
            List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-J-Xshare:auto");

    private Keytool() {}

    /** Makes a pair of keys, as these options say, in a key store of the type PKCS12. */
    public static void generate(Path keyStore, String password, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(SHORT_LIVED);
        command.addAll(List.of("-genkeypair", "-storetype", "PKCS12", "-storepass", password));
        command.addAll(List.of("-keystore", keyStore.toString()));
        command.addAll(options);
        try {
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("keytool ended with " + code);
            }
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
