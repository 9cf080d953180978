case $(cat /box/way) in
  symlink) ln -s /etc/passwd program ;;
  dangling) ln -s /proc/1/environ program ;;
  fifo) mkfifo program ;;
  directory) mkdir program ;;
  hard-link) echo 'echo done' > other; ln other program ;;
  large) truncate -s 200M program ;;
  unreadable) echo x > program; chmod 0 program ;;
  absent) : ;;
  many) mkdir d; i=0; while echo x > "d/$i"; do i=$((i + 1)); done 2>/dev/null; exit 1 ;;
  newline) echo x > $'program\n'; echo x > $'\n' ;;
  directory-link) rm -rf /w/d; ln -s / d; ln -s d/etc/passwd program ;;
  set-user-id) printf '#!/bin/bash\necho done\n' > program; chmod 6755 program ;;
esac
