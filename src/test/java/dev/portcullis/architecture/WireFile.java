package dev.portcullis.architecture;

import dev.portcullis.kit.AnyValue;
import dev.portcullis.protocol.record.WireForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * The wire form of a class as it was last released: its outline, and some encoded values. {@link #main} writes it, and
 * only appends to it.
 */
record WireFile(Set<String> outline, List<String> samples) {
    static final Path FOLDER = Path.of("src/test/resources/wire/" + WireForm.VERSION);
    private static final String SAMPLE = "= ";
    private static final int SAMPLES = 6;

    static WireFile read(String name) throws IOException {
        Set<String> outline = new TreeSet<>();
        List<String> samples = new ArrayList<>();
        for (String line : Files.exists(path(name)) ? Files.readAllLines(path(name)) : List.<String>of()) {
            if (line.startsWith(SAMPLE)) {
                samples.add(line.substring(SAMPLE.length()));
            } else {
                outline.add(line);
            }
        }
        return new WireFile(outline, samples);
    }

    static Path path(String name) {
        return FOLDER.resolve(name + ".txt");
    }

    public static void main(String[] args) throws IOException {
        for (Map.Entry<String, Class<?>> each : Travelling.all().entrySet()) {
            read(each.getKey()).write(each.getKey(), each.getValue());
        }
    }

    /** The parts of this form that the present class breaks; none for a class without a recorded form. */
    List<String> breaches(Set<String> now) {
        return samples.isEmpty() ? List.of() : Outline.breaches(outline, now);
    }

    private <T> void write(String name, Class<T> type) throws IOException {
        Set<String> now = Outline.of(type);
        if (!breaches(now).isEmpty()) {
            throw new IllegalStateException(name + " breaks the previous release: " + breaches(now));
        }
        if (samples.isEmpty() || !now.equals(outline)) {
            List<String> lines = new ArrayList<>(now);
            samples.stream().map(SAMPLE::concat).forEach(lines::add);
            LongStream.range(samples.size(), samples.size() + SAMPLES)
                    .mapToObj(seed -> WireForm.of(type).encode(new AnyValue(seed).of(type)))
                    .map(bytes -> SAMPLE + HexFormat.of().formatHex(bytes))
                    .forEach(lines::add);
            Files.createDirectories(FOLDER);
            Files.write(path(name), lines);
        }
    }
}
