package dev.millrace.tools.files;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries that are listed, and the count of all that would be. For one call. */
final class Listing {
  private final int most;
  private final int maxCharacters;
  private final StringBuilder text = new StringBuilder();
  private final List<String> remarks = new ArrayList<>();
  private long shown;
  private long more;

  Listing(int most, int maxCharacters) {
    this.most = most;
    this.maxCharacters = maxCharacters;
  }

  int most() {
    return most;
  }

  void add(String path, BasicFileAttributes attributes) {
    if (more > 0 || shown == most || (shown > 0 && text.length() + path.length() > maxCharacters)) {
      more++;
      return;
    }
    text.append('\n').append(path).append(ListFiles.kind(attributes));
    shown++;
  }

  /** Counts entries that were seen and are not shown. */
  void leaveOut(long count) {
    more += count;
  }

  void remark(String remark) {
    remarks.add(remark);
  }

  String report(RelativePath path, Optional<String> glob) {
    var report = new StringBuilder().append(path).append(": ");
    report.append(Shown.count(shown + more, "entry", "entries"));
    glob.ifPresent(pattern -> report.append(" matching ").append(Shown.name(pattern)));
    report.append(text);
    if (more > 0) {
      remarks.addFirst(
          "… " + Shown.count(more, "more entry", "more entries") + "; narrow it by path or glob");
    }
    remarks.forEach(remark -> report.append("\n[").append(remark).append(']'));
    return report.toString();
  }
}
