package dev.portcullis.audit.verify;

import dev.portcullis.audit.verify.ChainReport.Finding;
import java.util.ArrayList;
import java.util.List;

/** Collects the findings: all are counted, and the first ones are kept. */
final class Findings {
    private static final int KEPT = 100;

    private final List<Finding> kept = new ArrayList<>();
    private long count;
    private String file = "";
    private long line;

    /** Further findings are in this file. */
    void inFile(String name) {
        file = name;
        line = 0;
    }

    void nextLine() {
        line++;
    }

    boolean atFirstLine() {
        return line == 1;
    }

    boolean atFileStart() {
        return line == 0;
    }

    void add(Finding.Kind kind, String what) {
        add(new Finding(kind, file, line, what));
    }

    void add(Finding finding) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(finding);
        }
    }

    /** Adds a finding about the file as a whole. */
    void addOfFile(Finding.Kind kind, String what) {
        add(new Finding(kind, file, 0, what));
    }

    List<Finding> kept() {
        return kept;
    }

    long count() {
        return count;
    }
}
