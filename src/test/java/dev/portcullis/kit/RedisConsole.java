package dev.portcullis.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/** Says one command to a Redis, past all code under test. Each character is one byte. */
public final class RedisConsole {
    private final RedisProcess redis;

    public RedisConsole(RedisProcess redis) {
        this.redis = redis;
    }

    /** The answer: a value, a number, a word; empty where there is none. A refusal is an exception. */
    public String ask(String... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(5_000);
            StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                command.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(command.toString().getBytes(ISO_8859_1));
            return answer(new DataInputStream(socket.getInputStream()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String answer(DataInputStream in) throws IOException {
        String line = line(in);
        if (line.startsWith("-")) {
            throw new IllegalStateException(line);
        }
        if (!line.startsWith("$")) {
            return line.substring(1);
        }
        int length = Integer.parseInt(line.substring(1));
        return length < 0 ? "" : new String(in.readNBytes(length), ISO_8859_1);
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }
}
