// Sign-up: tells the academy the zone of this device, so that times are right from the first page on.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const input of document.querySelectorAll('input[type="hidden"][name="time_zone"]')) {
  if (zone && !input.value) input.value = zone;
}
