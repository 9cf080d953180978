(trap '' TERM HUP INT; setsid sleep 1000 >/dev/null 2>&1 & )
(trap '' TERM HUP INT; while :; do :; done >/dev/null 2>&1 &)
printf '#!/bin/bash\necho done\n' > program
