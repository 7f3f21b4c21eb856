package dev.millrace.examples.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What results of {@code list_files} tell.
 *
 * @param files the files that are shown
 * @param folders paths of the folders that are shown, without a slash at the end
 * @param entries how many entries there are, those that are not shown too
 */
record Folder(List<File> files, List<String> folders, long entries) {
  private static final Pattern HEADING = Pattern.compile("^.*: ([\\d,]+) entr(?:y|ies)\\b");
  private static final Pattern FILE = Pattern.compile("^(.+)  ([\\d,]+) bytes?$");

  /** What build tools, version control and package managers put into folders. */
  private static final Pattern MADE =
      Pattern.compile(
          "(?:^|.*/)(?:target|build|dist|out|node_modules|__pycache__|venv|\\.[^/]+)(?:/.*)?");

  /** A file and its size. */
  record File(String path, long bytes) {}

  static Folder of(String listed) {
    var files = new ArrayList<File>();
    var folders = new ArrayList<String>();
    var lines = listed.lines().toList();
    for (var line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      var file = FILE.matcher(line);
      if (file.matches()) {
        files.add(new File(file.group(1), number(file.group(2))));
      } else if (line.endsWith("/")) {
        folders.add(line.substring(0, line.length() - 1));
      }
    }
    var heading = HEADING.matcher(lines.isEmpty() ? "" : lines.getFirst());
    return new Folder(files, folders, heading.find() ? number(heading.group(1)) : 0);
  }

  private static long number(String digits) {
    return Long.parseLong(digits.replace(",", ""));
  }

  /** This with what is in one of its folders. */
  Folder plus(Folder below) {
    var allFiles = new ArrayList<>(files);
    allFiles.addAll(below.files);
    var allFolders = new ArrayList<>(folders);
    allFolders.addAll(below.folders);
    return new Folder(allFiles, allFolders, entries + below.entries);
  }

  /** The paths of the files that are not hidden, installed or made by a build. */
  List<String> sources() {
    return files.stream().map(File::path).filter(Predicate.not(Folder::isMade)).toList();
  }

  /** Whether a path leads to or into something hidden, installed or made by a build. */
  static boolean isMade(String path) {
    return MADE.matcher(path).matches();
  }

  long bytes() {
    return files.stream().mapToLong(File::bytes).sum();
  }

  boolean isWhole() {
    return entries <= files.size() + folders.size();
  }
}
