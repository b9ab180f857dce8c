package dev.portcullis.app;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commands(System.getenv())
                .setOut(utf8(System.out))
                .setErr(utf8(System.err))
                .execute(args));
    }

    static CommandLine commands(Map<String, String> environment) {
        return Commands.of(new ConfigCommand(environment));
    }

    /** Not the platform's charset: JSON is UTF-8 wherever it is printed (RFC 8259 section 8.1). */
    private static PrintWriter utf8(OutputStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
