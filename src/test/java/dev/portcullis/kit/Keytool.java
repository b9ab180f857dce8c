package dev.portcullis.kit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The JDK's keytool: in this process where the build opens it, since a process of its own is nine tenths of the work,
 * and otherwise in one.
 */
public final class Keytool {
    private static final String PACKAGE = "sun.security.tools.keytool";

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
        List<String> arguments = new ArrayList<>(List.of(name, "-storetype", "PKCS12", "-storepass", password));
        arguments.addAll(List.of("-keystore", keyStore.toString()));
        arguments.addAll(options);
        if (Object.class.getModule().isExported(PACKAGE, Keytool.class.getModule())) {
            runHere(arguments);
        } else {
            runInProcess(arguments);
        }
    }

    private static void runHere(List<String> arguments) {
        arguments.add("-debug"); // otherwise it ends the process where it fails
        try {
            Class.forName(PACKAGE + ".Main").getMethod("main", String[].class).invoke(null, (Object)
                    arguments.toArray(String[]::new));
        } catch (InvocationTargetException failed) {
            throw new AssertionError("keytool failed", failed.getCause());
        } catch (ReflectiveOperationException changed) {
            throw new LinkageError(changed.getMessage(), changed);
        }
    }

    private static void runInProcess(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(SHORT_LIVED);
        command.addAll(arguments);
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
