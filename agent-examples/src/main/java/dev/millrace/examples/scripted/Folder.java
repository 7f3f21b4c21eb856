package dev.millrace.examples.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a result of {@code list_files} tells.
 *
 * @param files paths of the files that are shown
 * @param folders paths of the folders that are shown, without a slash at the end
 * @param bytes the sizes of those files, added
 * @param entries how many entries there are, those that are not shown too
 * @param remarks what the tool says it left out
 */
record Folder(
    List<String> files, List<String> folders, long bytes, long entries, List<String> remarks) {
  private static final Pattern HEADING = Pattern.compile("^.*: ([\\d,]+) entr(?:y|ies)\\b");
  private static final Pattern FILE = Pattern.compile("^(.+)  ([\\d,]+) bytes?$");

  static Folder of(String listed) {
    var files = new ArrayList<String>();
    var folders = new ArrayList<String>();
    var remarks = new ArrayList<String>();
    long bytes = 0;
    var lines = listed.lines().toList();
    for (var line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      var file = FILE.matcher(line);
      if (file.matches()) {
        files.add(file.group(1));
        bytes += number(file.group(2));
      } else if (line.endsWith("/")) {
        folders.add(line.substring(0, line.length() - 1));
      } else if (line.startsWith("[") && line.endsWith("]")) {
        remarks.add(line.substring(1, line.length() - 1));
      }
    }
    var heading = HEADING.matcher(lines.isEmpty() ? "" : lines.getFirst());
    long entries = heading.find() ? number(heading.group(1)) : files.size() + folders.size();
    return new Folder(files, folders, bytes, entries, remarks);
  }

  private static long number(String digits) {
    return Long.parseLong(digits.replace(",", ""));
  }

  boolean isWhole() {
    return entries <= files.size() + folders.size();
  }
}
