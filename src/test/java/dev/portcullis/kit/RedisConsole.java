package dev.portcullis.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends single commands to a Redis on loopback, independently of the code under test. Each character is one byte. */
public final class RedisConsole {
    private static final int PATIENCE_MS = 30_000;

    private final int port;

    public RedisConsole(RedisProcess redis) {
        this(redis.port());
    }

    public RedisConsole(int port) {
        this.port = port;
    }

    /** Returns the reply as text: a list has one element per line, nil is empty. An error is an exception. */
    public String ask(String... words) {
        try (Socket socket = begin(words)) {
            return answer(new DataInputStream(socket.getInputStream()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Returns a numeric reply; 0 for nil. */
    public long count(String... words) {
        String answer = ask(words);
        return answer.isEmpty() ? 0 : Long.parseLong(answer);
    }

    /** A number of {@code INFO replication}; -1 if it is missing. */
    public long replication(String name) {
        Matcher found = Pattern.compile(name + ":(\\d+)").matcher(ask("INFO", "replication"));
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    /** How often Redis ran a command, also in scripts. */
    public long calls(String command) {
        Matcher found = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(ask("INFO", "commandstats"));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    /** The commands that Redis ran meanwhile, also in scripts, as {@code MONITOR} shows them. */
    public List<String> commandsDuring(Callable<?> work) throws Exception {
        try (Socket monitor = begin("MONITOR")) {
            DataInputStream in = new DataInputStream(monitor.getInputStream());
            line(in);
            work.call();
            String end = "end of " + UUID.randomUUID();
            ask("ECHO", end);
            List<String> commands = new ArrayList<>();
            for (String next = line(in); !next.contains(end); next = line(in)) {
                commands.add(next);
            }
            return commands;
        }
    }

    /** Sends a command without waiting for its reply. */
    public Socket begin(String... words) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MS);
            StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                command.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(command.toString().getBytes(ISO_8859_1));
            return socket;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String answer(DataInputStream in) throws IOException {
        String line = line(in);
        return switch (line.charAt(0)) {
            case '-' -> throw new IllegalStateException(line);
            case '$' -> value(in, Integer.parseInt(line.substring(1)));
            case '*' -> list(in, Integer.parseInt(line.substring(1)));
            default -> line.substring(1);
        };
    }

    private static String value(DataInputStream in, int length) throws IOException {
        if (length < 0) {
            return "";
        }
        String value = new String(in.readNBytes(length), ISO_8859_1);
        in.skipNBytes(2);
        return value;
    }

    private static String list(DataInputStream in, int count) throws IOException {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(answer(in));
        }
        return String.join("\n", all);
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }
}
