package dev.portcullis.edge.files;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;

/** Counts the results of a node's uploads and downloads. Used by all event loops. */
public final class FileCounts {
    private final EnumCounters<UploadResult> uploads;
    private final EnumCounters<DownloadResult> downloads;

    /** Create it once for a node. */
    public FileCounts(Metrics metrics) {
        this.uploads = metrics.counters(Metric.UPLOADS, UploadResult.class, UploadResult::id);
        this.downloads = metrics.counters(Metric.DOWNLOADS, DownloadResult.class, DownloadResult::id);
    }

    void add(UploadResult result) {
        uploads.add(result);
    }

    void add(DownloadResult result) {
        downloads.add(result);
    }
}
